import { shallowRef } from 'vue'
import type { FieldType } from '@kangbao/shared/forms/definition.ts'

/** What is being dragged: a field of the list, or a type out of the palette. */
export type Load = { readonly from: number } | { readonly type: FieldType }

const load = shallowRef<Load | null>(null)

export const dragged = {
  load,
  start(event: DragEvent, what: Load): void {
    load.value = what
    // Firefox drags nothing that carries no data.
    event.dataTransfer?.setData('text/plain', '')
    if (event.dataTransfer) event.dataTransfer.effectAllowed = 'move'
  },
  end(): void {
    load.value = null
  },
}
