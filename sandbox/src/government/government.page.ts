import type { FastifyReply, FastifyRequest } from 'fastify'
import { EmploymentCounts, HealthCounts } from '@kangbao/shared/contracts/government.ts'
import { html, type Html } from '../pages/html.ts'
import { sendPage, viewOf, type View } from '../pages/layout.ts'
import { orItself, type TextKey } from '../pages/text.ts'
import { behaviourModes, type Behaviour, type BehaviourMode } from './behaviour.ts'
import type { Attempt, StoredReport, Totals } from './government.store.ts'

interface Content {
  readonly totals: Totals
  readonly newest: readonly StoredReport[]
  readonly reports: readonly StoredReport[]
  readonly attempts: readonly Attempt[]
  readonly behaviour: Behaviour
}

/** What a button sends; long enough to be seen, shorter than a sender would wait for ever. */
const settings: Readonly<Record<BehaviourMode, Behaviour>> = {
  ok: { mode: 'ok' },
  fail: { mode: 'fail', status: 503 },
  delay: { mode: 'delay', delayMs: 20_000 },
  refuse: { mode: 'refuse', status: 422, detail: '数据需核实后重新报送' },
  cut: { mode: 'cut' },
  slow: { mode: 'slow', delayMs: 20_000 },
  forge: { mode: 'forge' },
}

export function governmentPage(request: FastifyRequest, reply: FastifyReply, content: Content): FastifyReply {
  const view = viewOf(request, reply)
  const body = html`${totals(view, content.totals)} ${behaviour(view, content.behaviour)}
  ${newest(view, content.newest)} ${received(view, content.reports)} ${calls(view, content.attempts)}`
  return sendPage(reply, view, {
    title: 'gov.title',
    lead: 'gov.lead',
    path: '/government',
    live: '/government/live',
    body,
  })
}

function totals({ t }: View, numbers: Totals): Html {
  const tile = (key: TextKey, value: number, isWorry = false): Html =>
    html`<div class="tile ${isWorry && value > 0 && 'worry'}">
      <dd>${value}</dd>
      <dt>${t(key)}</dt>
    </div>`
  return html`<dl class="tiles">
    ${tile('gov.orgs', numbers.orgs)} ${tile('gov.reports', numbers.reports)}
    ${tile('gov.duplicates', numbers.duplicates)} ${tile('gov.outOfOrder', numbers.outOfOrder, true)}
    ${tile('gov.rejected', numbers.rejected, true)}
  </dl>`
}

function behaviour({ t }: View, current: Behaviour): Html {
  return html`<section class="card">
    <div class="section-head">
      <h2>${t('gov.behaviour')}</h2>
      <small>${t('gov.behaviourNote')}</small>
    </div>
    <div class="modes" role="group" aria-label="${t('gov.behaviour')}">
      ${behaviourModes.map(
        (mode) =>
          html`<button
            type="button"
            class="mode mode-${mode}"
            aria-pressed="${current.mode === mode ? 'true' : 'false'}"
            data-post="/government/behaviour"
            data-body="${JSON.stringify(settings[mode])}"
          >
            <b>${t(`mode.${mode}`)}</b><small>${t(`modeNote.${mode}`)}</small>
          </button>`,
      )}
    </div>
  </section>`
}

function newest(view: View, reports: readonly StoredReport[]): Html | undefined {
  if (reports.length === 0) return undefined
  const { t, time } = view
  const byOrg = groupByOrg(reports)
  return html`<section>
    <h2>${t('gov.newest')}</h2>
    <div class="cards">
      ${byOrg.map(
        (ofOrg) =>
          html`<article class="card" data-corp="${ofOrg[0]?.corpId ?? ''}">
            <h3>${ofOrg[0]?.orgName ?? ''}</h3>
            ${ofOrg.map(
              (report) =>
                html`<div class="series">
                  <p>
                    ${kind(view, report)} <span>${report.day}</span>
                    <small>${time(report.receivedAt)}</small>
                  </p>
                  ${counts(view, report)}
                </div>`,
            )}
          </article>`,
      )}
    </div>
  </section>`
}

function groupByOrg(reports: readonly StoredReport[]): StoredReport[][] {
  const groups = new Map<string, StoredReport[]>()
  for (const report of reports) groups.set(report.corpId, [...(groups.get(report.corpId) ?? []), report])
  return [...groups.values()]
}

const kind = ({ t }: View, report: StoredReport): Html =>
  html`<span class="tag tag-${report.kind}">${t(`kind.${report.kind}`)}</span>`

const worrying = new Set(['abnormal', 'fever'])

const countNames = {
  employment: Object.keys(EmploymentCounts.properties),
  health: Object.keys(HealthCounts.properties),
}

/** In the order of the schema: the database keeps none. */
function counts({ t }: View, report: StoredReport): Html {
  const inOrder = countNames[report.kind].map((name) => [name, report.counts[name] ?? 0] as const)
  return html`<dl class="counts">
    ${inOrder.map(
      ([name, value]) =>
        html`<div class="${worrying.has(name) && value > 0 && 'worry'}" data-count="${name}">
          <dt>${orItself(t, `count.${name}`, name)}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`
}

function received(view: View, reports: readonly StoredReport[]): Html {
  const { t } = view
  if (reports.length === 0) return html`<section class="card empty"><p>${t('gov.empty')}</p></section>`
  const heads = [
    'col.received',
    'col.org',
    'col.kind',
    'col.day',
    'col.counts',
    'col.sequence',
    'col.state',
    'col.receipt',
  ] as const
  return html`<section>
    <h2>${t('gov.received')}</h2>
    <div class="card flush">
      <table>
        <thead>
          <tr>
            ${heads.map((head) => html`<th scope="col">${t(head)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${reports.map((report) => receivedRow(view, report))}
        </tbody>
      </table>
    </div>
  </section>`
}

function receivedRow(view: View, report: StoredReport): Html {
  const { t, time } = view
  const arrivals = report.attempts > 1 ? t('attempts.many', { n: report.attempts }) : t('attempts.one')
  return html`<tr data-report="${report.reportId}">
    <td data-label="${t('col.received')}"><time>${time(report.receivedAt)}</time></td>
    <td data-label="${t('col.org')}"><b>${report.orgName}</b></td>
    <td data-label="${t('col.kind')}">
      ${kind(view, report)} <small>${report.automatic ? t('automatic') : t('manual')}</small>
    </td>
    <td data-label="${t('col.day')}">${report.day}</td>
    <td data-label="${t('col.counts')}">${counts(view, report)}</td>
    <td data-label="${t('col.sequence')}" class="number">${report.sequence}</td>
    <td data-label="${t('col.state')}">
      <span class="dot good">${t('sig.good')}</span>
      <span class="dot ${report.orderState === 'in-order' ? 'good' : 'bad'}"
        >${t(`order.${report.orderState}`)}</span
      >
      <span class="dot ${report.attempts > 1 ? 'note' : 'good'}">${arrivals}</span>
    </td>
    <td data-label="${t('col.receipt')}"><code>${report.receiptNo}</code></td>
  </tr>`
}

function calls({ t, time }: View, attempts: readonly Attempt[]): Html {
  if (attempts.length === 0) return html`<section class="card empty"><p>${t('gov.noCalls')}</p></section>`
  const tone = (attempt: Attempt): string =>
    attempt.httpStatus === 200 ? 'good' : attempt.httpStatus === 0 ? 'note' : 'bad'
  return html`<section>
    <h2>${t('gov.calls')}</h2>
    <div class="card flush">
      <table>
        <thead>
          <tr>
            <th scope="col">${t('col.received')}</th>
            <th scope="col">${t('col.outcome')}</th>
            <th scope="col">${t('col.status')}</th>
            <th scope="col">${t('col.detail')}</th>
            <th scope="col">${t('col.report')}</th>
          </tr>
        </thead>
        <tbody>
          ${attempts.map(
            (attempt) =>
              html`<tr>
                <td data-label="${t('col.received')}"><time>${time(attempt.at)}</time></td>
                <td data-label="${t('col.outcome')}">
                  <span class="dot ${tone(attempt)}"
                    >${orItself(t, `outcome.${attempt.outcome}`, attempt.outcome)}</span
                  >
                </td>
                <td data-label="${t('col.status')}" class="number">${attempt.httpStatus || '—'}</td>
                <td data-label="${t('col.detail')}">
                  ${orItself(t, `order.${attempt.detail}`, attempt.detail) || '—'}
                </td>
                <td data-label="${t('col.report')}"><code>${attempt.idempotencyKey ?? '—'}</code></td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`
}
