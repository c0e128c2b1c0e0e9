/**
 * Which days a picker of the browser's own days must not offer.
 * @param range first and last civil day that may be chosen, by the clock of the screen.
 */
export function outsideDays(
  range: () => { readonly from: string; readonly through: string },
): (date: Date) => boolean {
  return (date) => {
    const day = new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 10)
    const { from, through } = range()
    return day < from || day > through
  }
}
