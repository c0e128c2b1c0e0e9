import { eventFacts, eventTypes } from '@kangbao/shared/contracts/events.ts'
import { webhookHeaders } from '@kangbao/shared/contracts/webhooks.ts'

const id = '01938f6e-3c2a-7c3e-9a55-0d6f8d0a1b2c'
/** Of each fact an event may say. */
const examples: Readonly<Record<string, string | number>> = {
  formId: '01938f6e-3c2a-7c3e-9a55-0d6f8d0a1b2d',
  memberId: '01938f6e-3c2a-7c3e-9a55-0d6f8d0a1b2e',
  submissionId: '01938f6e-3c2a-7c3e-9a55-0d6f8d0a1b2f',
  reportId: '01938f6e-3c2a-7c3e-9a55-0d6f8d0a1b30',
  period: '2026-03-02',
  day: '2026-03-02',
  kind: 'health',
  sequence: 7,
  receiptNo: 'ZZ-20260302-000117',
  code: 'org.unknown',
  revision: 1,
  version: 1,
}

const headers = [
  { name: webhookHeaders.id, description: 'Of the event, the same at every try', example: id },
  { name: webhookHeaders.timestamp, description: 'Of the try, seconds since 1970', example: '1772411467' },
  {
    name: webhookHeaders.signature,
    description: 'One or more `v1,<base64>` of HMAC-SHA-256 over `id.timestamp.body`, separated by spaces',
    example: 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
  },
].map((header) => ({ ...header, in: 'header' as const, required: true, schema: { type: 'string' as const } }))

/** `memberId` is null once the person's data was erased. */
const schemaOf = (example: string | number) => ({
  type: typeof example === 'number' ? ('integer' as const) : ('string' as const),
})

/** What is sent to receivers of an organisation, as OpenAPI 3.1 has it: one entry for each type of event. */
export const describedWebhooks = Object.fromEntries(
  eventTypes.map((type) => {
    const names = Object.keys(eventFacts[type].properties)
    const data = Object.fromEntries(names.map((name) => [name, examples[name] ?? '']))
    const facts = Object.fromEntries(names.map((name) => [name, schemaOf(examples[name] ?? '')]))
    return [
      type,
      {
        post: {
          summary: `Event \`${type}\``,
          description:
            'Sent in order and at least once; answer 2xx within ten seconds, 410 to get nothing more.',
          tags: ['webhooks'],
          parameters: headers,
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: {
                  type: 'object' as const,
                  required: ['id', 'sequence', 'type', 'timestamp', 'data'],
                  properties: {
                    id: { type: 'string' as const, format: 'uuid' },
                    sequence: { type: 'integer' as const, minimum: 1 },
                    type: { type: 'string' as const, enum: [type] },
                    timestamp: { type: 'string' as const, format: 'date-time' },
                    data: { type: 'object' as const, required: names, properties: facts },
                  },
                },
                example: { id, sequence: 1024, type, timestamp: '2026-03-02T00:31:07.000Z', data },
              },
            },
          },
          responses: { '2XX': { description: 'Taken' }, '410': { description: 'Send nothing more' } },
        },
      },
    ]
  }),
)
