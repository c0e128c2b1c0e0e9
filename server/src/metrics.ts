import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** The numbers of this process. No label ever names an org or a person. */
export const registry = new Registry()
collectDefaultMetrics({ register: registry })

const registers = [registry]

export const requestSeconds = new Histogram({
  name: 'kangbao_request_seconds',
  help: 'Requests by route pattern, method and status',
  labelNames: ['route', 'method', 'status'],
  buckets: [0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10],
  registers,
})

export const shedRequests = new Counter({
  name: 'kangbao_shed_requests_total',
  help: 'Requests refused because the process had its hands full',
  registers,
})

export const jobSeconds = new Histogram({
  name: 'kangbao_job_seconds',
  help: 'Runs of jobs by name and outcome (done, again)',
  labelNames: ['job', 'outcome'],
  buckets: [0.01, 0.05, 0.2, 1, 5, 20, 60],
  registers,
})

export const pushCalls = new Counter({
  name: 'kangbao_push_calls_total',
  help: 'Calls that send a work notification, by kind and outcome (sent, refused, busy)',
  labelNames: ['kind', 'outcome'],
  registers,
})

export const reportCalls = new Counter({
  name: 'kangbao_report_calls_total',
  help: 'Reports handed to the government, by kind and outcome (accepted, refused, unavailable, unknown)',
  labelNames: ['kind', 'outcome'],
  registers,
})

export const webhookCalls = new Counter({
  name: 'kangbao_webhook_calls_total',
  help: 'Events sent to receivers of organisations, by outcome (taken, refused, or why nothing answered)',
  labelNames: ['outcome'],
  registers,
})

export const reconciliationsDone = new Counter({
  name: 'kangbao_reconciliations_total',
  help: 'Days compared with the government’s list, by outcome (agreed, different, no-list, unanswered)',
  labelNames: ['outcome'],
  registers,
})

export const endpointOldestSeconds = new Gauge({
  name: 'kangbao_endpoint_oldest_seconds',
  help: 'How long the oldest report owed to an endpoint of the government has waited; 0 while deliveries are stopped',
  labelNames: ['endpoint'],
  registers,
})

export const smsCodes = new Counter({
  name: 'kangbao_sms_codes_total',
  help: 'Codes by purpose and outcome (sent, over-budget, failed, used, wrong)',
  labelNames: ['purpose', 'outcome'],
  registers,
})

export const smsSuspicion = new Gauge({
  name: 'kangbao_sms_suspicion',
  help: '1 while codes of the last hour were sent and hardly used',
  registers,
})
