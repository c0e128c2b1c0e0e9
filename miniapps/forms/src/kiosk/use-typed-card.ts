import { onScopeDispose } from 'vue'

/** What a card says, wherever in a text it stands. */
export const cardPattern = /KB[0-9A-F]{64}/i
const longest = 200

/** A hand scanner types a card’s code and Enter, into whatever is open. @param read Called with the code. */
export function useTypedCard(read: (code: string) => void): void {
  let typed = ''
  function key(event: KeyboardEvent): void {
    if (event.key.length === 1) typed = (typed + event.key).slice(-longest)
    if (event.key !== 'Enter') return
    const [code] = cardPattern.exec(typed) ?? []
    typed = ''
    if (code === undefined) return
    // The code is no staff number: the form it was typed into is not sent.
    event.preventDefault()
    event.stopPropagation()
    read(code)
  }
  window.addEventListener('keydown', key, { capture: true })
  onScopeDispose(() => window.removeEventListener('keydown', key, { capture: true }))
}
