/** How squares are drawn, in CSS pixels. */
export interface Grid {
  /** From one square to the next. */
  readonly pitch: number
  /** Of the space between two squares. */
  readonly gap: number
  /** How many URLs a square stands for. */
  readonly perCell: number
}

/** Where the squares of a group are. */
export interface GroupPlace {
  readonly columns: number
  readonly rows: number
  /** How many squares it has. */
  readonly cells: number
}

/** The layout of the whole wall. */
export interface WallLayout extends Grid {
  readonly groups: readonly GroupPlace[]
  /** Each group is a strip of the full width. */
  readonly isNarrow: boolean
}

/** What the wall has room for, in CSS pixels. */
export interface Room {
  readonly width: number
  /** The height that it should not exceed, if squares can be so small. */
  readonly height: number
  /** Names stand beside their groups, one group below the other. */
  readonly isNarrow: boolean
}

/** Sizes of squares with the space after them, the largest first. */
const PITCHES: readonly (readonly [pitch: number, gap: number])[] = [
  [26, 4],
  [22, 4],
  [18, 3],
  [14, 2],
  [10, 2],
  [8, 2],
  [6, 1],
  [5, 1],
  [4, 1],
  [3, 1],
  [2, 0],
  [1, 0],
]

/** A group is at least so wide, for its name. */
export const MIN_GROUP_WIDTH = 136

/** Between two groups, and the name above one. */
const GROUP_GAP = 24
const CAPTION = 26
const ROW_GAP = 16

/** Beside a strip: its name; and the space to the next one. */
const STRIP_NAME = 104
const STRIP_GAP = 8

/** Rows of a wall of so many squares, before they have to be more: as many as look well beside its length. */
function fewestRows(cells: number): number {
  return Math.max(1, Math.min(9, Math.round(Math.sqrt(cells / 15))))
}

/** Finds the largest squares with which all groups fit. `sizes`: how many URLs each group has. */
export function layoutWall(sizes: readonly number[], room: Room): WallLayout {
  const smallest = room.isNarrow ? 2 : 1
  for (const [pitch, gap] of PITCHES) {
    if (pitch < smallest) break
    const groups = arrange(sizes, { pitch, gap, perCell: 1 }, room)
    if (groups !== null) return { pitch, gap, perCell: 1, groups, isNarrow: room.isNarrow }
  }
  // The squares stand for more and more URLs each.
  const [pitch, gap] = [smallest, 0]
  for (let perCell = 2; ; perCell *= 2) {
    const groups = arrange(sizes, { pitch, gap, perCell }, room, perCell > 65_536)
    if (groups !== null) return { pitch, gap, perCell, groups, isNarrow: room.isNarrow }
  }
}

function arrange(sizes: readonly number[], grid: Grid, room: Room, always = false): GroupPlace[] | null {
  const cells = sizes.map((size) => Math.ceil(size / grid.perCell))
  if (room.isNarrow) return strips(cells, grid, room, always)
  const total = cells.reduce((sum, count) => sum + count, 0)
  const widest = Math.max(1, Math.floor((room.width + grid.gap) / grid.pitch))
  for (let rows = fewestRows(total); ; rows = Math.ceil(rows * 1.25)) {
    const groups = cells.map((count) => place(count, rows, widest))
    if (heightOf(groups, grid, room.width) <= room.height || always) return groups
    // More rows only help while groups stand side by side.
    if (groups.every(({ columns }) => columns * grid.pitch < room.width / groups.length / 2)) return null
    if (rows * grid.pitch > room.height) return null
  }
}

/** So many rows, or more where the group would be wider than the wall. */
function place(cells: number, rows: number, widest: number): GroupPlace {
  return fill(cells, Math.min(widest, Math.ceil(cells / rows)))
}

/** Squares in about so many columns, none of which is empty. */
function fill(cells: number, columns: number): GroupPlace {
  const rows = Math.max(1, Math.ceil(cells / Math.max(1, columns)))
  return { columns: Math.ceil(cells / rows), rows, cells }
}

/** The height of groups that stand side by side, in as many lines as they need. */
function heightOf(groups: readonly GroupPlace[], { pitch }: Grid, width: number): number {
  let height = 0
  let line = 0
  let used = 0
  for (const { columns, rows } of groups) {
    const own = Math.max(MIN_GROUP_WIDTH, columns * pitch)
    if (used > 0 && used + GROUP_GAP + own > width) {
      height += line + ROW_GAP
      line = 0
      used = 0
    }
    used += (used > 0 ? GROUP_GAP : 0) + own
    line = Math.max(line, rows * pitch + CAPTION)
  }
  return height + line
}

function strips(cells: readonly number[], grid: Grid, room: Room, always: boolean): GroupPlace[] | null {
  const width = cells.length === 1 ? room.width : room.width - STRIP_NAME
  const columns = Math.max(1, Math.floor((width + grid.gap) / grid.pitch))
  const groups = cells.map((count) => fill(count, Math.min(columns, count)))
  const height = groups.reduce((sum, { rows }) => sum + Math.max(14, rows * grid.pitch) + STRIP_GAP, 0)
  return height <= room.height || always ? groups : null
}
