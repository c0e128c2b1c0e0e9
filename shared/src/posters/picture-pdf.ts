/** A4 in PostScript points. */
const page = { width: 595.28, height: 841.89 }

interface Facts {
  readonly width: number
  readonly height: number
  readonly title: string
  readonly lang: string
}

/** A PDF of one A4 page; see `picturesPdf`. */
export function picturePdf(jpeg: Uint8Array<ArrayBuffer>, facts: Facts): Uint8Array<ArrayBuffer> {
  return picturesPdf([jpeg], facts)
}

/**
 * A PDF of A4 pages that are each filled by one picture (ISO 32000-1: a JPEG is stored as it is). Its text was drawn with the
 * fonts of the device, so no font has to travel with it.
 * @param jpegs Bytes of baseline JPEGs in RGB with the size given, in pixels. @param title What the document is called.
 */
export function picturesPdf(
  jpegs: readonly Uint8Array<ArrayBuffer>[],
  { width, height, title, lang }: Facts,
): Uint8Array<ArrayBuffer> {
  const draw = `q ${page.width} 0 0 ${page.height} 0 0 cm /Poster Do Q`
  // Catalogue, pages and title first; then of each page itself, what it draws, and its picture.
  const numberOf = (at: number, part: number) => 4 + at * 3 + part
  const kids = jpegs.map((_, at) => `${numberOf(at, 0)} 0 R`).join(' ')
  const pages = jpegs.flatMap((jpeg, at): PdfObject[] => [
    [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${page.width} ${page.height}] /Contents ${numberOf(at, 1)} 0 R ` +
        `/Resources << /XObject << /Poster ${numberOf(at, 2)} 0 R >> >> >>`,
    ],
    [`<< /Length ${draw.length} >>`, latin(draw)],
    [
      `<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB ` +
        `/BitsPerComponent 8 /Filter /DCTDecode /Length ${jpeg.length} >>`,
      jpeg,
    ],
  ])
  return written([
    [`<< /Type /Catalog /Pages 2 0 R /Lang (${lang}) /ViewerPreferences << /DisplayDocTitle true >> >>`],
    [`<< /Type /Pages /Kids [${kids}] /Count ${jpegs.length} >>`],
    [`<< /Title ${hexText(title)} >>`],
    ...pages,
  ])
}

type PdfObject = readonly [head: string, stream?: Uint8Array<ArrayBuffer>]
const infoObject = 3

/** Objects numbered from 1 in the order given, with the table that says where each begins. */
function written(objects: readonly PdfObject[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  const write = (part: Uint8Array<ArrayBuffer>) => {
    parts.push(part)
    length += part.length
  }
  write(latin('%PDF-1.4\n%\xe2\xe3\xcf\xd3\n'))
  const offsets = objects.map(([head, stream], i) => {
    const at = length
    write(latin(`${i + 1} 0 obj\n${head}\n`))
    if (stream) {
      write(latin('stream\n'))
      write(stream)
      write(latin('\nendstream\n'))
    }
    write(latin('endobj\n'))
    return at
  })
  const table = length
  const entries = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')
  const count = objects.length + 1
  write(latin(`xref\n0 ${count}\n0000000000 65535 f \n${entries}`))
  write(
    latin(`trailer\n<< /Size ${count} /Root 1 0 R /Info ${infoObject} 0 R >>\nstartxref\n${table}\n%%EOF\n`),
  )
  const out = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

function latin(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

/** A text string as UTF-16 in hex, which may hold any letter and needs no escapes. */
function hexText(text: string): string {
  const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))
  return `<${['feff', ...units.map((unit) => unit.toString(16).padStart(4, '0'))].join('')}>`
}
