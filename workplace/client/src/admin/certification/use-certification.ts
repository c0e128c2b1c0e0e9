import { useQuery } from '@pinia/colada'
import { civilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { creditCodeProblem } from '@kangbao/shared/identity/credit-code.ts'
import { idNumberProblem } from '@kangbao/shared/identity/id-number.ts'
import { getCertification, type CertificationItem } from '@kangbao/workplace/contracts/certification.ts'
import { call } from '@/api/client.ts'

/** The newest request of an org, and the level it holds. */
export const useCertification = (orgId: () => string) =>
  useQuery({
    key: () => ['certification', orgId()],
    query: () => call(getCertification, { params: { orgId: orgId() } }),
    enabled: () => orgId() !== '',
  })

export interface Draft {
  kind: string
  applicantName: string
  idNumber: string
  registeredName: string
  creditCode: string
  licenceId: string
  letterId: string
}

const shanghai = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' })

/**
 * What is missing or wrong, by item; the server looks at the same.
 * @param keepsNumber an earlier request holds the number, so that it may be left blank.
 */
export function draftProblems(
  draft: Draft,
  keepsNumber: boolean,
): Partial<Record<CertificationItem, string>> {
  const today = civilDate(shanghai.format(new Date()))
  const idNumber = draft.idNumber.trim().toUpperCase()
  const idProblem = idNumber === '' && keepsNumber ? null : idNumberProblem(idNumber, today)
  const codeProblem = creditCodeProblem(draft.creditCode.trim().toUpperCase())
  return {
    ...(!draft.applicantName.trim() && { applicantName: 'certify.problem.blank' }),
    ...(idProblem && { idNumber: `certify.problem.id_${idProblem.replace('-', '_')}` }),
    ...(draft.registeredName.trim().length < 2 && { registeredName: 'certify.problem.blank' }),
    ...(codeProblem && { creditCode: `certify.problem.code_${codeProblem.replace('-', '_')}` }),
    ...(!draft.licenceId && { licence: 'certify.problem.paper' }),
    ...(!draft.letterId && { letter: 'certify.problem.paper' }),
  }
}
