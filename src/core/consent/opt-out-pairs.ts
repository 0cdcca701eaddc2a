import type { RawCells } from '../shape/encode-person.ts';
import { AnswerReader, type BoundConsent } from './answer-reader.ts';
import { consentFragment } from './consent-target.ts';

/**
 * What somebody new must not be without: the opt-outs of their row, as members of a JSON object. They go with
 * the operation that makes the person, so that nobody is there without them even for a moment.
 */
export class OptOutPairs {
  private readonly readers: readonly AnswerReader[];
  private readonly pairs: readonly string[];

  constructor(consents: readonly BoundConsent[]) {
    this.readers = consents.map((bound) => new AnswerReader(bound));
    this.pairs = consents.map(
      ({ consent }) => `${JSON.stringify(consent.attribute)}:${consentFragment(consent.target, 'out')}`,
    );
  }

  /** Joined by commas; empty when there are none. */
  text(cells: RawCells): string {
    let text = '';
    for (let index = 0; index < this.readers.length; index += 1) {
      if ((this.readers[index] as AnswerReader).answer(cells) !== 'out') continue;
      text += text === '' ? this.pairs[index] : `,${this.pairs[index]}`;
    }
    return text;
  }
}

/** Adds members to the attributes of a person's item, which end in `}}`. */
export function withPairs(item: string, pairs: string): string {
  if (pairs === '') return item;
  const open = item.slice(0, -2);
  return `${open}${open.endsWith('{') ? '' : ','}${pairs}}}`;
}
