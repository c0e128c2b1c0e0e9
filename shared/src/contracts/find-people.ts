import type { CallOptions, Client } from './client.ts'
import { listColleagues, searchColleagues } from './colleagues.ts'
import { listCompletenessPeople, searchCompletenessPeople } from './completeness.ts'
import type { ParamsOf, QueryOf } from './contract.ts'
import { listMembers, searchMembers } from './directory.ts'
import { listDeliveries, searchDeliveries } from './ledger.ts'
import { listReportPeople, searchReportPeople } from './reports.ts'

/* The lists of people that can be searched: what was typed goes in a body, so that no address holds it (S-48). */

/** What a list is asked for, and what was typed, if anything. */
type Asked<List> = QueryOf<List> & { readonly search?: string }

/** A page of members, of all or of those who fit what was typed. */
export function findMembers(
  api: Client,
  { search = '', ...filter }: Asked<typeof listMembers>,
  options: CallOptions = {},
) {
  const typed = search.trim()
  return typed === ''
    ? api.call(listMembers, { query: filter }, options)
    : api.call(searchMembers, { body: { ...filter, search: typed } }, options)
}

/** A page of the people behind a number of the board. */
export function findCompletenessPeople(
  api: Client,
  params: ParamsOf<typeof listCompletenessPeople>,
  { search = '', ...filter }: Asked<typeof listCompletenessPeople>,
  options: CallOptions = {},
) {
  const typed = search.trim()
  return typed === ''
    ? api.call(listCompletenessPeople, { params, query: filter }, options)
    : api.call(searchCompletenessPeople, { params, body: { ...filter, search: typed } }, options)
}

/** A page of the people behind a figure of a report. */
export function findReportPeople(
  api: Client,
  params: ParamsOf<typeof listReportPeople>,
  { search = '', ...filter }: Asked<typeof listReportPeople>,
  options: CallOptions = {},
) {
  const typed = search.trim()
  return typed === ''
    ? api.call(listReportPeople, { params, query: filter }, options)
    : api.call(searchReportPeople, { params, body: { ...filter, search: typed } }, options)
}

/** A page of the people a message was for. */
export function findDeliveries(
  api: Client,
  params: ParamsOf<typeof listDeliveries>,
  { search = '', ...filter }: Asked<typeof listDeliveries>,
  options: CallOptions = {},
) {
  const typed = search.trim()
  return typed === ''
    ? api.call(listDeliveries, { params, query: filter }, options)
    : api.call(searchDeliveries, { params, body: { ...filter, search: typed } }, options)
}

/** A page of colleagues one may file for. */
export function findColleagues(
  api: Client,
  params: ParamsOf<typeof listColleagues>,
  { search = '', ...filter }: Asked<typeof listColleagues>,
  options: CallOptions = {},
) {
  const typed = search.trim()
  return typed === ''
    ? api.call(listColleagues, { params, query: filter }, options)
    : api.call(searchColleagues, { params, body: { ...filter, search: typed } }, options)
}
