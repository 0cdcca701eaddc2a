import { serialOfDelivery } from '../campaigns/public-ids.ts';
import { type Answer, appAnswer, appError } from '../http/answer.ts';
import type { Route, RouteParameters } from '../http/router.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import { type AppHandler, guarded } from './app-route.ts';
import { withCustomer } from './customer-answer.ts';
import { listMessages } from './list-messages.ts';
import { messageView } from './message-view.ts';

/** The messages that would have been sent. */
export const MESSAGE_ROUTES: readonly Route<AppHandler>[] = [
  {
    method: 'GET',
    pattern: '/v1/messages',
    summary: 'messages that would have been sent',
    handle: guarded((core, request) => listMessages(core, request.query, {})),
  },
  {
    method: 'GET',
    pattern: '/v1/messages/:message_id',
    summary: 'one message',
    handle: guarded(readMessage),
  },
  {
    method: 'GET',
    pattern: '/v1/customers/:customer_id/messages',
    summary: 'messages to a person',
    handle: guarded(listMessagesOfPerson),
  },
];

function readMessage(core: SandboxCore, _request: SandboxRequest, parameters: RouteParameters): Answer {
  const serial = serialOfDelivery(parameters['message_id'] ?? '');
  const message = serial === undefined ? undefined : core.workspace.consequences().messages.get(serial);
  if (message === undefined || message.outcome === 'withheld') return appError(404, 'message not found');
  return appAnswer(200, JSON.stringify({ message: messageView(core.workspace.state(), message) }));
}

function listMessagesOfPerson(
  core: SandboxCore,
  request: SandboxRequest,
  parameters: RouteParameters,
): Answer {
  return withCustomer(core, request.query, parameters['customer_id'] ?? '', (person) =>
    listMessages(core, request.query, { person: person.serial }),
  );
}
