/** Where a cell of a strip is: row -1 is the header, column -1 the first column with the pictures. */
export interface Place {
  row: number;
  column: number;
}

interface Size {
  rows: number;
  columns: number;
  /** Whether a column with differences stands behind the others, of which no header cell can be acted on. */
  pinned: boolean;
}

const PAGE = 4;

/** Where a key leads from a place; null for keys that lead nowhere. */
export function keyTarget(key: string, from: Place, size: Size): Place | null {
  const moves: Record<string, Place> = {
    ArrowLeft: { row: from.row, column: from.column - 1 },
    ArrowRight: { row: from.row, column: from.column + 1 },
    ArrowUp: { row: from.row - 1, column: from.column },
    ArrowDown: { row: from.row + 1, column: from.column },
    PageUp: { row: Math.max(0, from.row - PAGE), column: from.column },
    PageDown: { row: from.row + PAGE, column: from.column },
    Home: { row: from.row, column: 0 },
    End: { row: from.row, column: size.columns },
  };
  const wanted = moves[key];
  if (!wanted) return null;
  const row = Math.max(-1, Math.min(size.rows - 1, wanted.row));
  const last = row >= 0 && size.pinned ? size.columns : size.columns - 1;
  // The corner between header and first column holds nothing to act on.
  return { row, column: Math.max(row < 0 ? 0 : -1, Math.min(last, wanted.column)) };
}
