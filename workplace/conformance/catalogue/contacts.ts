import { all, differs, no, yes, type Group } from './entry.ts'

const writes: readonly [string, string] = ['for internal apps', 'refused with 60011, as for every ISV']

export const contacts: readonly Group[] = [
  {
    title: 'Departments',
    section: '§3.1, §3.5',
    entries: [
      yes('POST oapi/topapi/v2/department/listsub', 'direct children'),
      yes('POST oapi/topapi/v2/department/listsubid', 'their ids, not cut to the scope'),
      differs(
        'POST oapi/topapi/v2/department/get',
        'one department',
        'without code, dept_group_chat_id, org_dept_owner, extention',
      ),
      yes('POST oapi/topapi/v2/department/listparentbydept', 'from a department to the root'),
      yes('POST oapi/topapi/v2/department/listparentbyuser', 'from a member to the root'),
      ...all(
        yes,
        ['create', 'update', 'delete'].map((name) => `POST oapi/topapi/v2/department/${name}`),
        writes,
      ),
    ],
  },
  {
    title: 'Members',
    section: '§3.2, §3.4, §3.5',
    entries: [
      differs(
        'POST oapi/topapi/v2/user/list',
        'members of a department, paged',
        'order_field custom is the order of userid',
      ),
      yes('POST oapi/topapi/user/listsimple', 'their userid and name'),
      yes('POST oapi/topapi/user/listid', 'their userids'),
      differs('POST oapi/topapi/v2/user/get', 'one member', 'no manager_userid; union_emp_ext is empty'),
      yes(
        'POST oapi/topapi/user/getbyunionid',
        'member behind a unionid',
        'contact_type is 0: no external contacts',
      ),
      yes('POST oapi/topapi/user/count', 'how many'),
      yes('POST oapi/topapi/user/listadmin', 'admins'),
      yes('POST oapi/topapi/user/get_admin_scope', 'departments an admin manages'),
      differs(
        'POST oapi/topapi/role/list',
        'roles',
        'the default group only: orgs make no roles of their own',
      ),
      yes('POST oapi/topapi/role/simplelist', 'members of a role'),
      ...all(
        yes,
        ['create', 'update', 'delete', 'getbymobile'].map((name) => `POST oapi/topapi/v2/user/${name}`),
        writes,
      ),
      yes('POST api/v1.0/contact/users/search', 'members by words', 'by name and its pinyin'),
      yes('POST api/v1.0/contact/departments/search', 'departments by words'),
      no(
        'GET api/v1.0/contact/organizations/authInfos',
        'certification of an organisation',
        'read it from the authorisation',
      ),
      ...all(
        no,
        ['POST api/v1.0/contact/files/translate', 'GET api/v1.0/contact/files/translateResults'],
        [
          'names in files of apps that get ids only',
          'names are not withheld: deployment options two and three',
        ],
      ),
    ],
  },
]
