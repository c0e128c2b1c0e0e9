import * as xlsx from 'xlsx'
import type { CaseEvent, CaseState } from '@kangbao/shared/cases/case-acts.ts'
import type { AbsenceKind } from '@kangbao/shared/contracts/absences.ts'
import type { OwnData } from '@kangbao/shared/contracts/own-data.ts'
import { filedAsInWords } from '@kangbao/shared/filing/filed-as-words.ts'

type Cell = string | number

/** The copy as a workbook, a sheet per kind, headed in Chinese. Cells are typed text: none of them is a formula (S-64). */
export function ownDataWorkbook(data: OwnData): Buffer {
  const book = xlsx.utils.book_new()
  for (const [name, rows] of sheetsOf(data))
    xlsx.utils.book_append_sheet(book, xlsx.utils.aoa_to_sheet(rows.map((row) => [...row])), name)
  return xlsx.write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer // by its `type`
}

function sheetsOf(data: OwnData): readonly (readonly [string, readonly (readonly Cell[])[]])[] {
  const { profile } = data
  return [
    [
      '基本信息',
      [
        ['导出时间', data.madeAt],
        ['组织', data.orgName],
        ['姓名', profile.name],
        ['编号', profile.memberId],
        ['组织内账号', profile.userId],
        ['职位', profile.title],
        ['工号', profile.jobNumber],
        ['角色', profile.role],
        ['部门', profile.departments.join('、')],
        ['手机号', profile.phone ?? ''],
        ['邮箱', profile.mail ?? ''],
        ['加入时间', profile.joinedAt],
      ],
    ],
    [
      '填报内容',
      [
        ['表单', '期次', '回执编号', '修订', '提交时间', '提交人', '更正原因', '问题', '回答'],
        ...data.answers.flatMap((sheet) =>
          sheet.read.map(({ question, answer }) => [
            sheet.form['zh-CN'],
            sheet.period,
            sheet.number,
            sheet.revision,
            sheet.filedAt,
            sourceOf(sheet),
            sheet.reason ?? '',
            question['zh-CN'],
            answer['zh-CN'],
          ]),
        ),
      ],
    ],
    [
      '应填记录',
      [
        ['表单', '期次', '部门', '提交时间', '提醒时间'],
        ...data.asked.map((each) => [
          each.form['zh-CN'],
          each.period,
          each.department,
          each.filedAt ?? '',
          each.remindedAt ?? '',
        ]),
      ],
    ],
    [
      '请假与外出',
      [
        ['类型', '开始', '结束', '登记时间'],
        ...data.absences.map((each) => [absenceNames[each.kind], each.from, each.to, each.enteredAt]),
      ],
    ],
    [
      '异常跟进',
      [
        ['表单', '期次', '状态', '时间', '处理', '说明'],
        ...data.followUps.flatMap((each) =>
          each.acts.map(({ at, act, note }) => [
            each.form['zh-CN'],
            each.period,
            caseStateNames[each.state],
            at,
            caseEventNames[act],
            note ?? '',
          ]),
        ),
      ],
    ],
    [
      '二维码卡',
      [['制卡时间', '作废时间'], ...data.cards.map((each) => [each.issuedAt, each.revokedAt ?? ''])],
    ],
    [
      '告知与同意',
      [
        ['表单', '事项', '版本', '决定', '时间', '监护人', '监护人手机', '转告人', '现场终端'],
        ...data.consents.map((each) => [
          each.subject,
          each.purpose,
          each.version,
          each.decision,
          each.decidedAt,
          each.guardian?.name ?? '',
          each.guardian?.phone ?? '',
          each.toldTo ?? '',
          each.kiosk ?? '',
        ]),
      ],
    ],
    [
      '文件',
      [
        ['编号', '名称', '类型', '字节', '上传时间'],
        ...data.files.map((each) => [each.id, each.name, each.type, each.bytes, each.sentAt]),
      ],
    ],
    [
      '通知',
      [
        ['类型', '时间', '送达', '已读'],
        ...data.messages.map((each) => [
          each.kind,
          each.sentAt,
          each.isDelivered ? '是' : '否',
          each.isRead ? '是' : '否',
        ]),
      ],
    ],
    [
      '登录',
      [
        ['设备', '开始', '最近使用'],
        ...data.sessions.map((each) => [each.device ?? '', each.startedAt, each.seenAt]),
      ],
    ],
    ['删除申请', [['时间', '状态'], ...data.erasures.map((each) => [each.askedAt, each.state])]],
    [
      '谁看过',
      [
        ['时间', '谁', '操作', '表单', '日期'],
        ...data.looks.map(({ at, by, action, form }) => [
          at,
          by ?? '',
          action['zh-CN'],
          form?.title['zh-CN'] ?? '',
          form?.period ?? '',
        ]),
      ],
    ],
  ]
}

const absenceNames: Readonly<Record<AbsenceKind, string>> = {
  leave: '请假',
  travel: '出差外出',
  other: '其他',
}

const caseStateNames: Readonly<Record<CaseState, string>> = {
  open: '待跟进',
  contacted: '已联系',
  closed: '已关闭',
}
const caseEventNames: Readonly<Record<CaseEvent, string>> = {
  take: '接手',
  contact: '联系本人',
  close: '关闭',
  reopen: '重新打开',
  note: '添加备注',
  'answer-normal': '填报恢复正常',
  'answer-abnormal': '填报再次异常',
}

/** Who filed, and on what. */
function sourceOf({ filedAs, isByOneself }: OwnData['answers'][number]): string {
  if (filedAs) return filedAsInWords(filedAs, 'zh-CN')
  return isByOneself ? '本人' : '管理员'
}
