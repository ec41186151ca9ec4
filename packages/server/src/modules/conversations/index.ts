export { ConversationArchive } from './archive-repository.ts'
export {
  blankMessage,
  type Conversation,
  type Ending,
  type Failure,
  type Message,
  type Notice,
  type PlacedNotice,
  titleFrom,
  titleOf,
} from './conversation.ts'
export { ConversationListRepository } from './list-repository.ts'
export { ConversationRemoval } from './removal-repository.ts'
export { ConversationRepository } from './repository.ts'
export { conversationRoutes } from './routes.ts'
export type { Segment } from './segment.ts'
export { ConversationService, conversationBusy, notFound as conversationNotFound } from './service.ts'
export { toWireFailure, toWireMessage } from './wire.ts'
