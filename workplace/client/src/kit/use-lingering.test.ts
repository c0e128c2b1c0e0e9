import { effectScope, shallowRef } from 'vue'
import { expect, it } from 'vitest'
import { useLingering } from './use-lingering.ts'

it('a sheet keeps what it shows until it has left, and a new question begins anew', () => {
  effectScope().run(() => {
    const asked = shallowRef<{ title: string }>()
    const { shown, turn, forget } = useLingering(() => asked.value)
    const seen: unknown[] = []
    const note = () => seen.push([shown.value?.title, turn.value])
    asked.value = { title: 'first' }
    note()
    asked.value = undefined
    note()
    asked.value = { title: 'second' }
    forget()
    note()
    asked.value = undefined
    forget()
    note()
    expect(seen).toEqual([
      ['first', 1],
      ['first', 1],
      ['second', 2],
      [undefined, 2],
    ])
  })
})
