export interface Point {
  readonly x: number
  readonly y: number
}
/** What the finger drew without being lifted. */
export type Stroke = readonly Point[]

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The smallest box around what was drawn, with a margin; null when nothing was. */
export function boxAround(strokes: readonly Stroke[], margin: number): Box | null {
  const points = strokes.flat()
  if (points.length === 0) return null
  const xs = points.map(({ x }) => x)
  const ys = points.map(({ y }) => y)
  const [left, top] = [Math.min(...xs) - margin, Math.min(...ys) - margin]
  return { x: left, y: top, width: Math.max(...xs) + margin - left, height: Math.max(...ys) + margin - top }
}

/** A name is more than a dot: so long, in pixels of the pad, is what was drawn at least. */
const leastLength = 40

export function isSigned(strokes: readonly Stroke[]): boolean {
  const length = strokes.reduce((sum, stroke) => sum + lengthOf(stroke), 0)
  return length >= leastLength
}

function lengthOf(stroke: Stroke): number {
  return stroke.slice(1).reduce((sum, { x, y }, i) => {
    const before = stroke[i] ?? { x, y }
    return sum + Math.hypot(x - before.x, y - before.y)
  }, 0)
}

/** Draws strokes as a soft pen would: through the middles between the points the screen reported. */
export function drawStrokes(pen: CanvasRenderingContext2D, strokes: readonly Stroke[], width: number): void {
  pen.lineWidth = width
  pen.lineCap = 'round'
  pen.lineJoin = 'round'
  pen.strokeStyle = '#14201f'
  for (const stroke of strokes) {
    const [first, ...rest] = stroke
    if (!first) continue
    pen.beginPath()
    pen.moveTo(first.x, first.y)
    let before = first
    for (const point of rest) {
      pen.quadraticCurveTo(before.x, before.y, (before.x + point.x) / 2, (before.y + point.y) / 2)
      before = point
    }
    pen.lineTo(before.x, before.y)
    pen.stroke()
  }
}

const longestSide = 800
const inkWidth = 3

/** The signature alone, dark on white, as a canvas; null when there is none. */
export function trimmed(strokes: readonly Stroke[]): HTMLCanvasElement | null {
  const box = boxAround(strokes, 12)
  if (!box) return null
  const scale = Math.min(2, longestSide / Math.max(box.width, box.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.ceil(box.width * scale)
  canvas.height = Math.ceil(box.height * scale)
  const pen = canvas.getContext('2d')
  if (!pen) return null
  pen.fillStyle = 'white'
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.scale(scale, scale)
  pen.translate(-box.x, -box.y)
  drawStrokes(pen, strokes, inkWidth)
  return canvas
}
