import { expect, it } from 'vitest'
import { segmentsOf } from './linked-text.ts'

const linksIn = (text: string) =>
  segmentsOf(text)
    .filter(({ kind }) => kind === 'link')
    .map(({ text: link }) => link)

it.each([
  ['请看 https://a.test/x?y=1#z 谢谢', ['https://a.test/x?y=1#z']],
  ['请看https://a.test/x，然后回复', ['https://a.test/x']],
  ['（http://a.test/1）和“https://b.test/2”。', ['http://a.test/1', 'https://b.test/2']],
  [
    'See https://a.test/wiki/X_(y). Or (https://a.test/z)!',
    ['https://a.test/wiki/X_(y)', 'https://a.test/z'],
  ],
  ['HTTPS://A.TEST/', ['HTTPS://A.TEST/']],
  ['没有链接', []],
  ['javascript:alert(1) data:text/html,1 //a.test ftp://a.test', []],
  ['https:// http://', []],
  ['<a href="https://a.test/">x</a>', ['https://a.test/']],
])('Z-08: addresses in “%s”', (text, links) => {
  expect(linksIn(text)).toEqual(links)
})

it('Z-08: nothing of the text is lost or doubled', () => {
  for (const text of ['', 'https://a.test', 'a https://a.test/. b\nhttps://b.test（c）'])
    expect(
      segmentsOf(text)
        .map((segment) => segment.text)
        .join(''),
    ).toBe(text)
})

it('Z-08: a long hostile text is read in no time', () => {
  const from = performance.now()
  segmentsOf(`https://a.test/${')'.repeat(5000)}`)
  segmentsOf('https://'.repeat(600))
  expect(performance.now() - from).toBeLessThan(200)
})
