import absences from './absences.ts'
import audit from './audit.ts'
import cases from './cases.ts'
import design from './design.ts'
import endpoints from './endpoints.ts'
import exports from './exports.ts'
import forms from './forms.ts'
import general from './general.ts'
import kiosks from './kiosks.ts'
import openApi from './open-api.ts'
import operations from './operations.ts'
import people from './people.ts'
import privacy from './privacy.ts'
import regions from './regions.ts'
import reports from './reports.ts'
import security from './security.ts'
import xlsform from './xlsform.ts'

export default {
  ...general,
  ...forms,
  ...design,
  ...xlsform,
  ...exports,
  ...people,
  ...cases,
  ...absences,
  ...kiosks,
  ...openApi,
  ...privacy,
  ...regions,
  ...reports,
  ...operations,
  ...endpoints,
  ...security,
  ...audit,
}
