import type { Told } from '@kangbao/shared/statistics/small-numbers.ts'

/** What a picture of the statistics says; all numbers are told ones already. */
export interface Picture {
  readonly title: string
  /** Below the title: organisation, days, what it is narrowed to. */
  readonly lines: readonly string[]
  readonly blocks: readonly {
    readonly title: string
    /** Its bars are measured by its own longest, not by the picture's. */
    readonly hasOwnScale?: boolean
    readonly bars: readonly { readonly label: string; readonly count: Told; readonly colour: string }[]
  }[]
  /** What stands for a hidden number. */
  readonly hidden: string
  readonly foot: string
}

export interface PictureColours {
  readonly surface: string
  readonly strong: string
  readonly text: string
  readonly line: string
}

const width = 720
const margin = 32
const rowHeight = 34
const sans = `'PingFang SC', 'Noto Sans SC', 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif`

/** Height of a picture in its own pixels. */
export function heightOf({ lines, blocks }: Picture): number {
  const rows = blocks.reduce((sum, { bars }) => sum + bars.length * rowHeight + 52, 0)
  return margin * 2 + 44 + lines.length * 26 + rows + 40
}

/**
 * Draws a picture to be shared, twice as fine as its measures for phones.
 * @throws Error when the browser cannot draw.
 */
export async function drawPicture(picture: Picture, colours: PictureColours): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.width = width * 2
  canvas.height = heightOf(picture) * 2
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('no canvas')
  pen.scale(2, 2)
  pen.fillStyle = colours.surface
  pen.fillRect(0, 0, width, heightOf(picture))
  paint(pen, picture, colours)
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png'),
  )
}

function paint(
  pen: CanvasRenderingContext2D,
  picture: Picture,
  { strong, text, line }: PictureColours,
): void {
  const right = width - margin
  const write = (words: string, x: number, y: number, font: string, colour: string, most: number) => {
    pen.font = `${font} ${sans}`
    pen.fillStyle = colour
    pen.fillText(words, x, y, most)
  }
  let y = margin + 28
  write(picture.title, margin, y, '600 24px', strong, right - margin)
  for (const each of picture.lines) write(each, margin, (y += 26), '15px', text, right - margin)
  y += 16
  const longestOf = (blocks: Picture['blocks']) =>
    Math.max(1, ...blocks.flatMap(({ bars }) => bars.map(({ count }) => count ?? 0)))
  const longest = longestOf(picture.blocks)
  for (const block of picture.blocks) {
    const { title, bars, hasOwnScale } = block
    const most = hasOwnScale ? longestOf([block]) : longest
    write(title, margin, (y += 36), '600 17px', strong, right - margin)
    y += 16
    for (const { label, count, colour } of bars) {
      write(label, margin, y + 20, '15px', text, 210)
      const from = margin + 224
      const room = right - from - 76
      pen.fillStyle = line
      pen.fillRect(from, y + 8, room, 14)
      pen.fillStyle = colour
      if (count !== null) pen.fillRect(from, y + 8, (count / most) * room, 14)
      const shown = count === null ? picture.hidden : String(count)
      pen.textAlign = 'right'
      write(shown, right, y + 20, '600 15px', strong, 70)
      pen.textAlign = 'left'
      y += rowHeight
    }
  }
  write(picture.foot, margin, heightOf(picture) - margin, '13px', text, right - margin)
}
