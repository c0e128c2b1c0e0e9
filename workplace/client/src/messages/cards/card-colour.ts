/** DingTalk writes colours as AARRGGBB. Anything else falls back to the product's own. */
export function cardColour(bgcolor: string | undefined): string {
  const match = /^(?:0x)?(?:[0-9a-f]{2})?([0-9a-f]{6})$/i.exec(bgcolor ?? '')
  return match?.[1] ? `#${match[1]}` : 'var(--kb-tone-0)'
}
