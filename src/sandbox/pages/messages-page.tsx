import { hrefWith, numberIn } from './links.ts';
import { MessageTable, messagePage } from './message-table.tsx';
import type { Page, PageRequest } from './page.ts';
import { Card, Empty, Head, Pager } from './parts.tsx';
import { counted } from './time-words.ts';

/** Every message that campaigns would have sent, newest first. */
export function messagesPage({ core, request: { query } }: PageRequest): Page {
  const consequences = core.workspace.consequences();
  const before = numberIn(query, 'before');
  const { messages, next } = messagePage(consequences, { before });
  return {
    title: 'Messages',
    section: 'campaigns',
    content: (
      <>
        <Head
          title="Messages"
          lead={`${counted(consequences.messages.count, 'message')} that campaigns would have sent. None left the sandbox.`}
        />
        <Card title="Newest first" live={before === undefined ? 'messages' : undefined}>
          {messages.length === 0 ? (
            <Empty>
              <p>None.</p>
            </Empty>
          ) : (
            <MessageTable core={core} messages={messages} />
          )}
          <Pager
            newest={before === undefined ? undefined : '/messages'}
            older={next === undefined ? undefined : hrefWith('/messages', { before: next })}
          />
        </Card>
      </>
    ),
  };
}
