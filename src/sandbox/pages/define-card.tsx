import { Card } from './parts.tsx';

const EXAMPLE = `segments:
  - id: 1
    name: Gold customers
    when: { attribute: vip_tier, eq: gold }
campaigns:
  - id: 1
    name: Replenishment
    trigger: { event: order_placed, where: [{ property: category, eq: collagen }] }
    steps: [{ wait: 21d }, { message: Time for more, subject: Running low? }]`;

/** Definitions in the words of a workspace file. */
export function DefineCard({ path }: { readonly path: '/segments' | '/campaigns' }) {
  return (
    <Card title="Define segments and campaigns" aside="in YAML, as in a workspace file; the same id replaces">
      <form method="post" action={path} class="body">
        <label>
          Definitions
          <textarea name="definitions" spellcheck={false} placeholder={EXAMPLE} rows={11} required></textarea>
        </label>
        <div class="row">
          <button type="submit" name="action" value="define">
            Define
          </button>
        </div>
      </form>
    </Card>
  );
}
