export const help = {
  help: {
    for: {
      member: 'Members',
      head: 'Heads and sub-admins',
      admin: 'Main admins',
      operator: 'Operators',
      developer: 'App developers',
    },
    more: 'Nothing found? Ask in the help group, or an admin of your organisation.',
    search: 'Search the help',
    nothing: 'Nothing found; try another word',
    chat: 'Help group',
    chatNote: 'Ask the admins and colleagues of your organisation',
    contact: 'Service line',
    contactNote: 'For organisations of {count} people or more',
    role: 'Choose a role',
    picture: 'Screen of “{title}”',
    terms: 'Terms and privacy notice',
    member: [
      {
        title: 'Join an organisation',
        picture: 'sign-in',
        steps: [
          'Scan the code of your admin, or open the link.',
          'Sign in with phone and code, enter your name and join; where joining needs approval, wait for an admin.',
          'You may close the page: after the next sign-in “Create or join” shows how your request stands, and lets you withdraw it.',
          'Another phone or computer: sign in with the same number and everything is there.',
        ],
      },
      {
        title: 'The daily health form',
        picture: 'fill',
        steps: [
          'Open the card in Messages, or Forms on the workbench.',
          'Nothing changed? Tap “as last time”; temperature and symptoms are asked afresh every day.',
          'A receipt number means it is in; until the end of the day you may change it.',
          'Confirm a DING when you receive one: its sender sees who has.',
        ],
      },
      {
        title: 'Messages, contacts and DING',
        picture: 'member-chat',
        steps: [
          'Messages holds work notifications, the group of everybody, department groups and chats; numbers are unread ones.',
          'Contacts are searched by name, pinyin and phone; phone numbers are shown in part.',
          'A DING is urgent and has to be confirmed; before it is sent you see to how many it goes.',
        ],
      },
      {
        title: 'Scan',
        picture: '',
        steps: [
          'In Messages tap +, then Scan. It reads install codes, invitations, sign-in codes of computers and links.',
          'Without a camera choose a picture, or paste the link.',
          'Before another site is opened its address is shown.',
        ],
      },
      {
        title: 'Account and security',
        picture: 'account-devices',
        steps: [
          'Under Me, Account and security: a password, another phone number, your devices.',
          'If you are told of a sign-in you do not know, sign that device out and change the password.',
          'You leave an organisation under Profile; deleting the account leaves all of them and cannot be undone.',
        ],
      },
      {
        title: 'Larger text, dark, another language',
        picture: '',
        steps: [
          'Under Me, Display and language: text size, dark appearance, Chinese and English.',
          'On a computer the keyboard is enough: Tab moves, Enter opens, Escape closes.',
        ],
      },
    ],
    head: [
      {
        title: 'What I manage',
        picture: '',
        steps: [
          'A main admin makes you sub-admin of some departments: you see, change and export them and those below.',
          'Open the workplace on a computer, sign in by scan and choose Admin. The first time you set an admin password.',
        ],
      },
      {
        title: 'The people of my department',
        picture: 'directory',
        steps: [
          'Choose a department in the directory and add, change or remove members.',
          'For many at once export the directory, change it and import it again: only your departments are touched.',
          'A new phone number is changed by the person under Account and security, or by you.',
        ],
      },
      {
        title: 'Who has filed',
        picture: 'missing',
        steps: [
          'Open the form under Forms, Manage, and tap the number of those missing.',
          '“Remind” reaches only those who have not filed; a DING asks for confirmation as well.',
        ],
      },
    ],
    admin: [
      {
        title: 'Register and invite',
        picture: 'org-created',
        steps: [
          'In Messages tap + and choose Create organisation; enter full name, industry, location and size. On a computer a code leads to your phone.',
          'Save the QR code, copy the link or share it, and send it to your people.',
          'Code and link work for seven days. Under Admin, Organisation you renew them, take them back, and decide whether joining needs approval.',
          'Requests are decided under Admin, Join requests; one that was withdrawn or decided by somebody else says so.',
        ],
      },
      {
        title: 'Import the directory',
        picture: 'import-checked',
        steps: [
          'Sign in on a computer by scan and choose Admin. The first time you set an admin password, which is asked again for admin acts.',
          'Download the template, fill in name, phone and department, and upload .xls or .xlsx.',
          'The whole file is checked first: fix it by the error list and upload again, or import the valid rows only.',
          'An import changes members with the same staff id or phone: export, change, import.',
        ],
      },
      {
        title: 'Limits and certification',
        picture: 'certification',
        steps: [
          'Without certification an organisation holds 500 people and imports 50 at once.',
          'Apply under Admin, Organisation; the operator of the platform decides.',
        ],
      },
      {
        title: 'Install, stop and remove apps',
        picture: 'install-codes',
        steps: [
          'Scan the code of the app, choose the team, accept the terms, choose who may use it, and tap Enable now.',
          'Later you change the scope, stop or remove it under Admin, Apps; whoever has it open is told at once.',
          'For the reporting apps choose Admins only.',
        ],
      },
      {
        title: 'Publish the health form',
        picture: 'publish-notify',
        steps: [
          'Open Forms and choose the health template; leave its name and fields as they are.',
          'Choose Org only, switch on repeat and DING, and publish.',
        ],
      },
      {
        title: 'Report every day',
        picture: 'health-report-done',
        steps: [
          'Open the two reporting apps and tap the report button.',
          'A receipt number means it arrived; otherwise it is tried again by itself. From 22:00 the system reports once for everybody.',
        ],
      },
      {
        title: 'Admins and handing over',
        picture: '',
        steps: [
          'One main admin has to remain: make your successor main admin first, then step back.',
          'Forgot the admin password? Another main admin takes your role away and gives it again.',
        ],
      },
    ],
    operator: [
      {
        title: 'Sign in and health',
        picture: 'operator-runs',
        steps: [
          'The start prints a one-time link to the console. Set up an authenticator soon.',
          'Where something “needs attention”, look at database, queue, outbox and callbacks.',
        ],
      },
      {
        title: 'Certifications and apps',
        picture: '',
        steps: [
          'Approve a certification, or return it with a reason.',
          'An app is registered with its home page, callback address and keys; push the ticket again and see how each callback was answered.',
        ],
      },
      {
        title: 'Service line and help group',
        picture: '',
        steps: [
          'WORKPLACE_HELP_CONTACT is the service line, shown to organisations of WORKPLACE_HELP_CONTACT_PEOPLE (500) or more.',
          'Every organisation has a help group, reached from the help page.',
        ],
      },
    ],
    developer: [
      {
        title: 'How a page is opened',
        picture: '',
        steps: [
          '$CORPID$ in the home page becomes the organisation. Load /shim.js first, then the unmodified dingtalk-jsapi.',
          'Sign-in: a code of requestAuthCode is good once, for five minutes, and is redeemed by your server.',
          'Links in messages carry the corpId themselves; dingtalk://dingtalkclient/page/link and action/openapp open inside the app.',
        ],
      },
      {
        title: 'JSAPIs and signature',
        picture: '',
        steps: [
          'Pickers, DING, share, picture upload and location need dd.config, signed with SHA-1 or SHA-256; a wrong signature answers 52013.',
          'Dialogues are shown one after the other; dismissed is -1, no such API 1, bad parameters 3, not permitted 7.',
          'onSuccess of setRight, setLeft and setMenu is called at every tap; set them again after a page load.',
        ],
      },
      {
        title: 'Callbacks',
        picture: '',
        steps: [
          'Install, change, stop, remove and changes of the directory are pushed encrypted; answer the encrypted success within 3 seconds.',
          'suite_ticket comes regularly: keep the newest. The operator can push it again.',
          'When an app is stopped, open pages are covered and no more codes are given.',
        ],
      },
    ],
  },
}
