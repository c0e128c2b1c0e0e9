import { nextTick } from 'vue'

/** Brings the first thing to mend under the thumb and the keyboard's focus. */
export async function scrollToField(fieldId: string): Promise<void> {
  await nextTick()
  const frame = document.getElementById(`field-${fieldId}-frame`)
  frame?.scrollIntoView({ behavior: 'smooth', block: 'center' })
  // What is typed into comes before the buttons around it, such as the thermometer's minus.
  const input =
    frame?.querySelector<HTMLElement>('input, textarea') ??
    frame?.querySelector<HTMLElement>('button') ??
    frame
  input?.focus({ preventScroll: true })
}
