export { ConversationArchive } from './archive-repository.ts'
export {
  blankMessage,
  type Conversation,
  type Ending,
  type Failure,
  type Message,
  type Notice,
  notFound as conversationNotFound,
  type PlacedNotice,
  tidyTitle,
  titleFrom,
  titleOf,
} from './conversation.ts'
export { ExportService } from './export/service.ts'
export { ConversationListRepository } from './list-repository.ts'
export { ConversationRemoval } from './removal-repository.ts'
export { ConversationRepository } from './repository.ts'
export { RestoreApplication } from './restore/apply-repository.ts'
export type { Restore, RestoreChange, RestoreCounts } from './restore/restore.ts'
export { RestoreRepository } from './restore/restore-repository.ts'
export { RestoreStaging } from './restore/staging-repository.ts'
export { conversationRoutes } from './routes.ts'
export { SearchLeftovers } from './search-leftovers-repository.ts'
export type { Segment } from './segment.ts'
export { ConversationService, conversationBusy } from './service.ts'
export { toWireFailure, toWireMessage } from './wire.ts'
