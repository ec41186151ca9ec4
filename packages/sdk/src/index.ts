export type { Auth, Device } from './api/auth.ts'
export type { Backups, DownloadOptions, WaitOptions } from './api/backups.ts'
export type { Adapters, Config } from './api/config.ts'
export type { ConversationPage, History, PageOptions } from './api/history.ts'
export type { Models } from './api/models.ts'
export type { PreferencesApi } from './api/preferences.ts'
export type { Sync } from './api/sync.ts'
export type { System } from './api/system.ts'
export type { ExportOptions, Transfer } from './api/transfer.ts'
export type { Users } from './api/users.ts'
export type { ChatStream, FinalMessage } from './chat/answer-stream.ts'
export type { Chat, ChatFeed, ChatOptions, FollowAllOptions, FollowTarget, ResumePoint } from './chat/chat.ts'
export type { StreamOptions } from './chat/event-feed.ts'
export { type CredentialStore, type Credentials, memoryStore } from './session/credentials.ts'
export type { FileBody } from './transport/bytes.ts'
export type { ConnectionOptions } from './transport/options.ts'
export type { Fetch } from './transport/send.ts'
export { createVektor, type Vektor, type VektorOptions } from './vektor.ts'
export { type LocalErrorCode, VektorError, type VektorErrorDetails } from './vektor-error.ts'
export type {
  Account,
  Adapter,
  AdapterDetail,
  AdapterSettings,
  Backup,
  BackupRequest,
  ChatEvent,
  ChatRequest,
  Conversation,
  ConversationDetail,
  ConversationUpdate,
  CurrentUser,
  FieldError,
  FinishReason,
  Health,
  ImportReport,
  Login,
  McpServer,
  Message,
  Model,
  ModelConfig,
  Preferences,
  PreferencesUpdate,
  Problem,
  Readiness,
  RegisteredDevice,
  Registration,
  RestoreChange,
  RestoreReport,
  RestoreRequest,
  ServerStatus,
  SignedInDevice,
  Usage,
  UserUpdate,
} from './wire-types.ts'
