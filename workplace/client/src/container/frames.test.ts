import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import { useFrames } from './frames.ts'

beforeEach(() => setActivePinia(createPinia()))

const ids = () => useFrames().frames.map(({ id }) => id)

it('Z-08: five apps stay open; a sixth closes the longest unused, not the one in front', () => {
  const frames = useFrames()
  for (const agent of [1, 2, 3, 4, 5]) frames.open('o', agent, undefined)
  frames.open('o', 1, undefined)
  frames.open('o', 6, undefined)
  expect(ids()).toEqual(['o/1', 'o/3', 'o/4', 'o/5', 'o/6'])
  expect(frames.activeId).toBe('o/6')
  expect(frames.recent.map(({ id }) => id)).toEqual(['o/6', 'o/1', 'o/5', 'o/4', 'o/3'])
})

it('Z-08: an app asked for at another page loads anew in its place, and one asked for as it is stays', () => {
  const frames = useFrames()
  frames.open('o', 1, undefined)
  frames.open('o', 1, 'https://a.test/x')
  frames.open('o', 1, undefined)
  expect(frames.frames).toMatchObject([{ id: 'o/1', url: 'https://a.test/x', visit: 2 }])
})

it('what was known of an app is forgotten when it is closed, and of all when the person goes', () => {
  const frames = useFrames()
  for (const agent of [1, 2, 3]) {
    frames.open('o', agent, undefined)
    frames.show(`o/${agent}`, { title: `app ${agent}`, icon: '' })
  }
  frames.close('o/1')
  expect(Object.keys(frames.faces)).toEqual(['o/2', 'o/3'])
  frames.closeAll()
  expect(frames.faces).toEqual({})
})

it('closing the one in front leaves none in front', () => {
  const frames = useFrames()
  frames.open('o', 1, undefined)
  frames.close('o/1')
  expect([frames.frames.length, frames.activeId, frames.recent.length]).toEqual([0, '', 0])
})
