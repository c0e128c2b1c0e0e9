import { nextTick } from 'vue'

/** Brings the first thing to mend under the thumb and the keyboard's focus. */
export async function scrollToField(fieldId: string): Promise<void> {
  await nextTick()
  const frame = document.getElementById(`field-${fieldId}-frame`)
  frame?.scrollIntoView({ behavior: 'smooth', block: 'center' })
  const input = frame?.querySelector<HTMLElement>('input, textarea, button') ?? frame
  input?.focus({ preventScroll: true })
}
