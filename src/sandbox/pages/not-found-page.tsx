import type { Page, Section } from './page.ts';
import { Card, Empty, Head } from './parts.tsx';

export function notFoundPage(section: Section, what: string): Page {
  return {
    status: 404,
    title: 'Not found',
    section,
    content: (
      <>
        <Head title="Not found" />
        <Card title="There is nothing here">
          <Empty>
            <p>{what}</p>
          </Empty>
        </Card>
      </>
    ),
  };
}
