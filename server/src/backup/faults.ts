/** Why a backup or a restore was refused; each has an exit code of its own, so that a script can tell them apart. */
export const faultCodes = {
  usage: 2,
  aborted: 10,
  truncated: 11,
  damaged: 12,
  'wrong-key': 13,
  newer: 14,
  'not-empty': 15,
  'no-ring': 16,
  'missing-key': 17,
  'no-backup': 18,
  'reads-too-little': 19,
} as const
export type FaultCode = keyof typeof faultCodes

/** What happened and what to do, Chinese first, as everything an operator reads at the terminal. */
const texts: Readonly<Record<FaultCode, readonly [chinese: string, english: string]>> = {
  usage: ['命令参数不正确。', 'The command was not given what it needs.'],
  aborted: [
    '备份没有做完（缺少 complete 文件），不能恢复。请改用更早的一份备份。',
    'This backup was not finished (its file `complete` is missing), so it cannot be restored. Take an earlier one.',
  ],
  truncated: [
    '备份被截断：有文件缺失或变短。请从原处重新拷贝，或改用另一份备份。',
    'This backup is cut off: a file is missing or too short. Copy it anew from where it was made, or take another one.',
  ],
  damaged: [
    '备份已损坏：内容与校验值不符。请从原处重新拷贝，或改用另一份备份；未写入任何数据。',
    'This backup is damaged: its content does not match its checksums. Copy it anew, or take another one; nothing was written.',
  ],
  'wrong-key': [
    '备份密钥不对。请使用做这份备份时的密钥文件（或 BACKUP_KEY）。',
    'This is not the key the backup was made with. Use the keys file (or BACKUP_KEY) of that time.',
  ],
  newer: [
    '备份由更新版本的康报生成。请先安装该版本再恢复。',
    'The backup was made by a newer Kangbao. Install that version first, then restore.',
  ],
  'not-empty': [
    '目标位置已有数据，未做任何改动。请换一个空的位置，或确认后加 --replace。',
    'There is data where the backup should go; nothing was changed. Choose an empty place, or say --replace if you mean it.',
  ],
  'no-ring': [
    '没有主密钥，恢复后的数据将无法读取，因此未恢复。请提供单独保存的密钥文件（--keys）或 MASTER_KEYS。',
    'There is no master key: what would be restored could not be read, so nothing was. Give the keys file kept apart (--keys), or MASTER_KEYS.',
  ],
  'missing-key': [
    '密钥文件比备份旧，缺少其中需要的主密钥，因此未恢复。请使用较新的密钥文件。',
    'The keys are older than the backup: it needs a master key that is not among them, so nothing was restored. Use a newer keys file.',
  ],
  'no-backup': ['没有找到备份。', 'There is no backup here.'],
  'reads-too-little': [
    '备份所用的数据库账号看不到全部数据（需要 BYPASSRLS），未生成备份。',
    'The database role of the backup does not see all rows (it needs BYPASSRLS), so no backup was made.',
  ],
}

/** A refusal with its reason; `detail` names the file, key or table. */
export class BackupFault extends Error {
  override readonly name = 'BackupFault'
  readonly code: FaultCode
  readonly exitCode: number
  constructor(code: FaultCode, detail = '', options?: ErrorOptions) {
    super([...texts[code], detail].filter(Boolean).join('\n'), options)
    this.code = code
    this.exitCode = faultCodes[code]
  }
}
