/** What some rows of a model show of one column, without anything that stood in them. */
export interface ColumnMeasure {
  /** Share of rows (0 to 1) in which it was NULL. */
  readonly nullShare: number;
  /** The most frequent shapes: `9` for digits, `a` and `A` for letters, everything else as it is. */
  readonly shapes: readonly string[];
}

export interface ModelMeasure {
  /** Rows that were looked at. */
  readonly rows: number;
  readonly columns: ReadonlyMap<string, ColumnMeasure>;
}

const SHAPES_SHOWN = 3;

/** More different ones than this say only that there are many. */
const SHAPES_KEPT = 200;
const SHAPE_CHARACTERS_MAX = 40;

/** Gathers the measures of one model while its rows stream by. */
export class ColumnMeasures {
  private readonly columns: readonly string[];
  private readonly nulls: number[];
  private readonly shapes: readonly Map<string, number>[];
  private rows = 0;

  constructor(columns: readonly string[]) {
    this.columns = columns;
    this.nulls = columns.map(() => 0);
    this.shapes = columns.map(() => new Map());
  }

  take(cells: readonly (string | null | undefined)[]): void {
    this.rows += 1;
    this.shapes.forEach((shapes, index) => {
      const cell = cells[index];
      if (cell == null) this.nulls[index] = (this.nulls[index] ?? 0) + 1;
      else count(shapes, shapeOf(cell));
    });
  }

  measure(): ModelMeasure {
    const columns = this.columns.map((column, index): readonly [string, ColumnMeasure] => {
      const nullShare = this.rows === 0 ? 0 : (this.nulls[index] ?? 0) / this.rows;
      return [column, { nullShare, shapes: mostFrequent(this.shapes[index] ?? new Map()) }];
    });
    return { rows: this.rows, columns: new Map(columns) };
  }
}

function count(shapes: Map<string, number>, shape: string): void {
  const seen = shapes.get(shape);
  if (seen !== undefined || shapes.size < SHAPES_KEPT) shapes.set(shape, (seen ?? 0) + 1);
}

function mostFrequent(shapes: ReadonlyMap<string, number>): readonly string[] {
  const sorted = [...shapes].sort(([one, a], [other, b]) => b - a || one.localeCompare(other));
  return sorted.slice(0, SHAPES_SHOWN).map(([shape]) => shape);
}

/** Runs of letters and digits become one sign each, so that no value can be read out of a shape. */
export function shapeOf(text: string): string {
  const shape = text
    .slice(0, 200)
    .replace(/\p{N}+/gu, '9')
    .replace(/\p{Lu}+/gu, 'A')
    .replace(/[\p{L}\p{M}]+/gu, (run) => (/^A+$/.test(run) ? run : run.startsWith('A') ? 'Aa' : 'a'));
  return shape.length > SHAPE_CHARACTERS_MAX ? `${shape.slice(0, SHAPE_CHARACTERS_MAX)}…` : shape;
}
