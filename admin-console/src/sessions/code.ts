/** Whether the text is a whole code of SMS or authenticator, right or wrong: six digits. */
export function isCode(text: string): boolean {
  return /^\d{6}$/.test(text)
}
