/** Values that look like secrets and open nothing: hash of the value, and what it is for. */
export const knownFakes: Readonly<Record<string, string>> = {
  '5399fc88d71e3391': 'key of a published example of the callback cipher',
  f928024d185604e8: 'key of a published example of the callback cipher',
  '81bcef8852f4be36': 'name of a message in the protocol of PostgreSQL, as the bundled driver exports it',
  ff1b63148ba93614: 'private key of the example in GB/T 32918.5, annex A',
  e6a552e6fb2ebbd6: 'a bad setting that a test expects to be refused',
}
