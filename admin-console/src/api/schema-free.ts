/**
 * Stands in for typebox in the browser build: every schema is the same empty value. The console never validates by
 * schema (answers are checked by the forms engine), so the library need not travel.
 */
const nothing: unknown = new Proxy(() => nothing, {
  get: (_target, name) => (name === 'properties' ? {} : nothing),
  apply: () => nothing,
  ownKeys: () => [],
  getOwnPropertyDescriptor: () => undefined,
})

export const Type = nothing
