import type { ApiContext, BridgeApi } from './bridge-apis.ts'
import { flagOf, numberOf, recordOf, textOf, textsOf, webUrl } from './bridge-params.ts'
import type { DingDraft, PeopleChoice, PeopleQuestion } from './bridge-services.ts'
import { badParameters, cancelled } from './bridge-wire.ts'

type Params = Readonly<Record<string, unknown>>

/** The platform's own ceiling for one selection. */
const mostPicked = 1500

function questionFrom(params: Params, kinds: { users: boolean; departments: boolean }): PeopleQuestion {
  const asked = numberOf(
    params,
    'maxUsers',
    numberOf(params, 'max', numberOf(params, 'maxDepartments', mostPicked)),
  )
  return {
    title: textOf(params, 'title'),
    multiple: flagOf(params, 'multiple', true),
    limit: Math.max(1, Math.min(mostPicked, asked)),
    allowUsers: kinds.users,
    allowDepartments: kinds.departments,
    pickedUsers: [...textsOf(params, 'pickedUsers'), ...textsOf(params, 'users')],
    pickedDepartments: textsOf(params, 'pickedDepartments'),
    disabledUsers: textsOf(params, 'disabledUsers'),
    requiredUsers: textsOf(params, 'requiredUsers'),
    disabledDepartments: textsOf(params, 'disabledDepartments'),
    requiredDepartments: textsOf(params, 'requiredDepartments'),
    limitTips: textOf(params, 'limitTips'),
    startDeptId: numberOf(params, 'startWithDepartmentId', 0),
  }
}

async function ask({ services }: ApiContext, question: PeopleQuestion): Promise<PeopleChoice> {
  const choice = await services.pickPeople(question)
  if (!choice) throw cancelled()
  return choice
}

const complexPicker: BridgeApi = async (params, context) => {
  const departments = !flagOf(params, 'responseUserOnly')
  const choice = await ask(context, questionFrom(params, { users: true, departments }))
  return {
    selectedCount: choice.users.length + choice.departments.reduce((sum, { number }) => sum + number, 0),
    users: choice.users,
    departments: choice.departments,
  }
}

const choose: BridgeApi = async (params, context) => {
  const choice = await ask(context, questionFrom(params, { users: true, departments: false }))
  return choice.users
}

const departmentsPicker: BridgeApi = async (params, context) => {
  const { departments } = await ask(context, questionFrom(params, { users: false, departments: true }))
  return {
    userCount: departments.reduce((sum, { number }) => sum + number, 0),
    departmentsCount: departments.length,
    departments,
  }
}

const createDing: BridgeApi = async (params, { services, href }) => {
  const attachment = recordOf(params, 'attachment')
  const url = textOf(attachment, 'url')
  const draft: DingDraft = {
    users: textsOf(params, 'users'),
    text: textOf(params, 'text') || textOf(attachment, 'title'),
    ...(url && {
      link: {
        title: textOf(attachment, 'title'),
        url: webUrl(url, href).href,
        text: textOf(attachment, 'text'),
      },
    }),
  }
  if (!draft.text) throw badParameters('text is required')
  if (!(await services.createDing(draft))) throw cancelled()
  return { dingCreateResult: true }
}

const uploadImage: BridgeApi = async (params, { services }) => {
  const urls = await services.uploadImages(flagOf(params, 'multiple'), numberOf(params, 'max', 1))
  if (!urls) throw cancelled()
  return urls
}

const takePicture: BridgeApi = async (_params, { services }) => {
  const urls = await services.takePicture()
  if (!urls) throw cancelled()
  return urls
}

/** There is no telephone here: the colleague's card is shown, and one person is enough to be called. */
const callPerson: BridgeApi = (params, { services }) => {
  const [userid] = textsOf(params, 'users')
  if (userid === undefined) throw badParameters('users is required')
  services.callPerson(userid)
}

const showCallMenu: BridgeApi = (params, { services }) => {
  const phone = textOf(params, 'phoneNumber')
  if (!/^[\d+ -]{3,24}$/.test(phone)) throw badParameters('phoneNumber is required')
  services.dial(`${textOf(params, 'code')}${phone}`)
}

export const contactApis: Record<string, BridgeApi> = {
  'biz.telephone.call': callPerson,
  'biz.telephone.showCallMenu': showCallMenu,
  'biz.util.uploadImageFromCamera': takePicture,
  'biz.contact.complexPicker': complexPicker,
  'biz.contact.choose': choose,
  'biz.contact.departmentsPicker': departmentsPicker,
  'biz.ding.create': createDing,
  'biz.util.uploadImage': uploadImage,
}
