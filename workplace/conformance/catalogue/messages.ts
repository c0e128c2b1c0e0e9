import { all, no, yes, type Group } from './entry.ts'

const conversation = (name: string) => `POST oapi/topapi/message/corpconversation/${name}`
const todo = 'api/v1.0/todo/users'

export const messages: readonly Group[] = [
  {
    title: 'Work notifications and media',
    section: '§4.1, §4.2',
    entries: [
      yes(conversation('asyncsend_v2'), 'a free message', '885001 for apps that must use templates'),
      yes(conversation('sendbytemplate'), 'an approved template with its variables', 'the operator approves'),
      yes(conversation('getsendprogress'), 'how far a message is', 'up to 100 people get it within the call'),
      yes(conversation('getsendresult'), 'who has read it, who was kept back and why'),
      yes(conversation('recall'), 'take a message back'),
      yes(conversation('status_bar/update'), 'status of an OA message'),
      yes('POST oapi/media/upload', 'a file for messages'),
    ],
  },
  {
    title: 'To-do',
    section: '§4.3',
    entries: [
      yes(`POST ${todo}/{unionId}/tasks`, 'make one, with a personal token'),
      yes(`POST ${todo}/me/personalTasks`, 'make one as the person would'),
      yes(`PUT ${todo}/{unionId}/tasks/{taskId}`, 'change one'),
      yes(`PUT ${todo}/{unionId}/tasks/{taskId}/executorStatus`, 'who has done it'),
      yes(`DELETE ${todo}/{unionId}/tasks/{taskId}`, 'remove one'),
      yes(`GET ${todo}/{unionId}/tasks/{taskId}`, 'read one'),
      yes(`GET ${todo}/{unionId}/tasks/sources/{sourceId}`, 'read one by the app’s own id'),
      yes(`POST ${todo}/{unionId}/org/tasks/query`, 'those of a person'),
    ],
  },
  {
    title: 'Robots, cards, DING',
    section: '§4.3',
    entries: [
      yes(
        'POST api/v1.0/robot/oToMessages/batchSend',
        'a robot’s message to people',
        'robotCode is the suiteKey',
      ),
      yes('POST api/v1.0/robot/otoMessages/batchRecall', 'take it back'),
      yes('GET api/v1.0/robot/oToMessages/readStatus', 'who has read it'),
      ...all(
        yes,
        ['POST api/v1.0/robot/ding/send', 'POST api/v1.0/robot/ding/recall'],
        ['a DING from a server', 'internal apps only: refused; ISVs use biz.ding.create'],
      ),
      no(
        'POST api/v1.0/robot/groupMessages/send',
        'a robot’s message to a group',
        'no robot is in a group here',
      ),
      no('POST api/v1.0/card/instances/createAndDeliver', 'interactive cards', 'not used by the product'),
    ],
  },
  {
    title: 'Approval, attendance, smart forms',
    section: '§7',
    entries: [
      ...all(
        no,
        [
          'POST oapi/topapi/processinstance/create',
          'POST oapi/topapi/processinstance/get',
          'POST oapi/topapi/processinstance/listids',
          'POST api/v1.0/workflow/processInstances',
          'GET api/v1.0/workflow/processInstances',
          'POST api/v1.0/workflow/processes/instanceIds/query',
          'POST api/v1.0/workflow/processInstances/execute',
          'POST api/v1.0/workflow/processInstances/terminate',
          'POST api/v1.0/workflow/processInstances/comments',
          'POST api/v1.0/workflow/tasks/redirect',
        ],
        ['OA approval', 'the product has its own reviews'],
      ),
      ...all(
        no,
        [
          'POST oapi/attendance/list',
          'POST oapi/attendance/listRecord',
          'POST oapi/topapi/attendance/getupdatedata',
          'POST oapi/topapi/attendance/record/upload',
        ],
        ['attendance', 'not used by the product'],
      ),
      ...all(
        no,
        [
          'GET api/v1.0/swform/users/forms',
          'GET api/v1.0/swform/forms/{formCode}/instances',
          'GET api/v1.0/swform/instances/{formInstanceId}',
          'POST oapi/topapi/collection/form/list',
          'POST oapi/topapi/collection/instance/list',
          'POST oapi/topapi/collection/instance/get',
        ],
        ['answers of DingTalk’s own forms', 'the product has its own forms'],
      ),
    ],
  },
]
