import type { WallModel } from '../server/wall-model.ts'
import type { GroupPlace, Grid } from './layout.ts'
import type { WallColours } from './wall-colours.ts'
import { worstId } from './worst-url.ts'

/** Squares of so many device pixels or fewer are drawn as pixels of an image: a million of them take some 10 ms. */
const MAX_IMAGE_PITCH = 2

/** Squares up to this size are drawn larger when they are down, in CSS pixels. */
const MAX_ENLARGED_PITCH = 2

/** When more of a group than this is down, it is seen anyway: squares of a pixel are not drawn larger. */
const MAX_ENLARGED_SHARE = 0.02

const [PENDING, UP, DOWN, UNKNOWN] = [0, 1, 2, 3] as const

/** Draws the squares of one group. Its canvas is as large as its place. */
export class GroupPainter {
  readonly #context: CanvasRenderingContext2D | null
  readonly #model: WallModel
  readonly #ids: Uint32Array
  readonly #place: GroupPlace
  readonly #grid: Grid
  readonly #colours: WallColours
  /** Device pixels in a CSS pixel. */
  readonly #scale: number
  /** Squares that shine. */
  readonly #bright = new Set<number>()
  /** Squares that are down. */
  readonly #down = new Set<number>()

  constructor(
    canvas: HTMLCanvasElement,
    model: WallModel,
    ids: Uint32Array,
    place: GroupPlace,
    grid: Grid,
    colours: WallColours,
  ) {
    this.#scale = Math.max(1, Math.round(devicePixelRatio * 2) / 2)
    canvas.width = Math.round(place.columns * grid.pitch * this.#scale)
    canvas.height = Math.round(place.rows * grid.pitch * this.#scale)
    this.#context = canvas.getContext('2d')
    this.#model = model
    this.#ids = ids
    this.#place = place
    this.#grid = grid
    this.#colours = colours
  }

  /** Draws all squares. */
  paint(): void {
    const context = this.#context
    if (context === null) return
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, context.canvas.width, context.canvas.height)
    this.#down.clear()
    if (this.#grid.pitch * this.#scale <= MAX_IMAGE_PITCH) this.#paintImage(context)
    else {
      context.setTransform(this.#scale, 0, 0, this.#scale, 0, 0)
      for (let cell = 0; cell < this.#place.cells; cell++) this.#paintCell(context, cell)
    }
    this.#enlarge(context)
  }

  /** Draws some squares again: those of these places in the group. `isBright`: they shine from now on, or no more. */
  update(indexes: Iterable<number>, isBright: boolean): void {
    const context = this.#context
    if (context === null) return
    context.setTransform(this.#scale, 0, 0, this.#scale, 0, 0)
    for (const index of indexes) {
      const cell = Math.floor(index / this.#grid.perCell)
      if (isBright) this.#bright.add(cell)
      else this.#bright.delete(cell)
      const wasDown = this.#down.has(cell)
      this.#paintCell(context, cell)
      // It was drawn over its neighbours.
      if (wasDown && !this.#down.has(cell) && this.#grid.pitch <= MAX_ENLARGED_PITCH)
        for (const beside of this.#neighbours(cell)) this.#paintCell(context, beside)
    }
    this.#enlarge(context)
  }

  #neighbours(cell: number): number[] {
    const { rows, cells } = this.#place
    const steps = [-1, 1].flatMap((step) => [step, step * rows, step * (rows - 1), step * (rows + 1)])
    return steps.map((step) => cell + step).filter((beside) => beside >= 0 && beside < cells)
  }

  /** The code of what is worst in a square. */
  #codeOf(cell: number): number {
    return this.#model.code(worstId(this.#model, this.#ids, cell, this.#grid.perCell))
  }

  #paintCell(context: CanvasRenderingContext2D, cell: number): void {
    const { pitch, gap } = this.#grid
    const x = Math.floor(cell / this.#place.rows) * pitch
    const y = (cell % this.#place.rows) * pitch
    const code = this.#codeOf(cell)
    if (code === DOWN) this.#down.add(cell)
    else this.#down.delete(cell)
    const size = pitch - gap
    const inset = gap / 2
    context.clearRect(x, y, pitch, pitch)
    context.fillStyle =
      code === UP && this.#bright.has(cell) ? this.#colours.bright : (this.#colours.byCode[code] ?? '')
    if (size < 5) {
      const more = code === DOWN ? inset : 0
      context.fillRect(x + inset - more, y + inset - more, size + 2 * more, size + 2 * more)
      return
    }
    const radius = Math.min(3, size / 4)
    context.beginPath()
    // Down fills the space around it too; unknown is hollow; what was not polled yet is small.
    if (code === DOWN) context.roundRect(x + inset / 2, y + inset / 2, pitch - inset, pitch - inset, radius)
    else if (code === PENDING)
      context.roundRect(x + pitch / 2 - size / 4, y + pitch / 2 - size / 4, size / 2, size / 2, radius / 2)
    else context.roundRect(x + inset, y + inset, size, size, radius)
    if (code === UNKNOWN) {
      const line = Math.max(1.5, size / 5)
      context.roundRect(x + inset + line, y + inset + line, size - 2 * line, size - 2 * line, radius / 2)
    }
    context.fill('evenodd')
  }

  /** One pixel that is down among a million is drawn as nine. */
  #enlarge(context: CanvasRenderingContext2D): void {
    const { pitch } = this.#grid
    const { cells, rows } = this.#place
    if (pitch > MAX_ENLARGED_PITCH || this.#down.size > Math.max(50, cells * MAX_ENLARGED_SHARE)) return
    context.setTransform(this.#scale, 0, 0, this.#scale, 0, 0)
    context.fillStyle = this.#colours.byCode[DOWN] ?? ''
    for (const cell of this.#down)
      context.fillRect(Math.floor(cell / rows) * pitch - 1, (cell % rows) * pitch - 1, pitch + 2, pitch + 2)
  }

  #paintImage(context: CanvasRenderingContext2D): void {
    const { width, height } = context.canvas
    const image = context.createImageData(width, height)
    const pixels = new Uint32Array(image.data.buffer)
    const step = Math.round(this.#grid.pitch * this.#scale)
    const colours = this.#colours.pixels
    for (let cell = 0; cell < this.#place.cells; cell++) {
      const code = this.#codeOf(cell)
      if (code === DOWN) this.#down.add(cell)
      const colour = colours[code] ?? 0
      const left = Math.floor(cell / this.#place.rows) * step
      const top = (cell % this.#place.rows) * step
      for (let y = top; y < top + step; y++) pixels.fill(colour, y * width + left, y * width + left + step)
    }
    context.putImageData(image, 0, 0)
  }
}
