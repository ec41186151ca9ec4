import type { components } from './generated/openapi.ts'

type Schemas = components['schemas']

/** What to ask, and of which model: the body of `chat.stream()`. */
export type ChatRequest = Schemas['ChatRequest']
/** One event of an answer; `type` says which. */
export type ChatEvent = Schemas['ChatEvent']
/** Why an answer ended. */
export type FinishReason = Schemas['FinishReason']
/** Tokens, as the model's provider counted them. */
export type Usage = Schemas['Usage']
/** Why a request failed (RFC 9457). */
export type Problem = Schemas['Problem']
/** One field of a request that is wrong. */
export type FieldError = Schemas['FieldError']
/** An account that was just created. */
export type Account = Schemas['Account']
/** What a new account needs. */
export type Registration = Schemas['Registration']
/** Who is signing in. */
export type Login = Schemas['LoginForm']
/** A conversation, without its messages. */
export type Conversation = Schemas['Conversation']
/** A conversation with its messages. */
export type ConversationDetail = Schemas['ConversationDetail']
/** What to change about a conversation; what is left out stays. */
export type ConversationUpdate = Schemas['ConversationUpdate']
/** What became of one conversation of a file that was imported. */
export type ImportReport = Schemas['ImportReport']
/** One message of a conversation. */
export type Message = Schemas['Message']
/** A model that can be asked. */
export type Model = Schemas['Model']
/** The account that is signed in. */
export type CurrentUser = Schemas['CurrentUser']
/** What to change about the account; a field left out stays. */
export type UserUpdate = Schemas['UserUpdate']
/** How the owner of the account wants things to be. */
export type Preferences = Schemas['Preferences']
/** What to change about the preferences; a field left out stays. */
export type PreferencesUpdate = Schemas['PreferencesUpdate']
/** A device that is signed in. */
export type SignedInDevice = Schemas['SignedInDevice']
/** A device that signed in once. */
export type RegisteredDevice = Schemas['Device']
/** The server's process is alive. */
export type Health = Schemas['Health']
/** The server can do its work. */
export type Readiness = Schemas['Readiness']
/** How the server is doing. */
export type ServerStatus = Schemas['Status']
/** A model that is configured, and the file that defines it. */
export type ModelConfig = Schemas['ModelConfig']
/** A server of the Model Context Protocol that is configured. */
export type McpServer = Schemas['McpServer']
/** What is set up for a service elsewhere. */
export type Adapter = Schemas['Adapter']
/** An adapter with its settings. */
export type AdapterDetail = Schemas['AdapterDetail']
/** Whatever an adapter needs; `type` says what it is. */
export type AdapterSettings = Schemas['AdapterSettings']
/** A backup of the account, or one that is being made. */
export type Backup = Schemas['Backup']
/** How to make a backup. */
export type BackupRequest = Schemas['BackupRequest']
/** What to restore, and how. */
export type RestoreRequest = Schemas['RestoreRequest']
/** What a restore has done, or would do. */
export type RestoreReport = Schemas['RestoreReport']
/** What a restore would do to a conversation. */
export type RestoreChange = Schemas['RestoreChange']
