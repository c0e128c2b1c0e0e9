/** Full-width digits and separators as people paste them, made plain. */
export function plainPhone(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[\s\u00a0()-]/g, '')
    .replace(/^\+?86(?=1\d{10}$)/, '')
}

/** A mainland mobile number; other countries are written +<code>-<number> and checked by the server. */
export const looksLikePhone = (text: string) => /^1[3-9]\d{9}$/.test(text) || /^\+\d{6,20}$/.test(text)

/** The digits of a code as people paste it. */
export const plainCode = (text: string) => text.normalize('NFKC').replaceAll(/\D/g, '')
export const isCode = (text: string) => plainCode(text).length === 6
