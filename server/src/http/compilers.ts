import AjvCompiler from '@fastify/ajv-compiler'
import {
  SerializerSelector,
  type SerializerCompiler,
  type SerializerFactory,
} from '@fastify/fast-json-stringify-compiler'

const buildValidator = AjvCompiler()
const buildCompiler = SerializerSelector()

/** By the schema itself: a contract's schema is made once when its module is read and never changes. */
const serializers = new WeakMap<object, ReturnType<SerializerCompiler>>()

const buildSerializer: SerializerFactory = (externalSchemas, options) => {
  const compile = buildCompiler(externalSchemas, options)
  return (definition) => {
    const { schema } = definition
    if (typeof schema !== 'object' || schema === null) return compile(definition)
    const known = serializers.get(schema)
    if (known) return known
    const made = compile(definition)
    serializers.set(schema, made)
    return made
  }
}

/**
 * Compiles every schema once per process. Fastify by itself does so per route and server: the schema of problems, which
 * every route has, a hundred times at each start (P24), and all of them again for each server of a test run.
 */
export const compilersFactory = { buildValidator, buildSerializer }
