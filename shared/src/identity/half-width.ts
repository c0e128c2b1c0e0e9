/** Full-width letters, digits and punctuation (U+FF01–FF5E) and the ideographic space as their ASCII twins. */
export function toHalfWidth(text: string): string {
  return text.replace(/[！-～]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0)).replace(/　/g, ' ')
}
