import TestSupport

/// What the polkitd of the tests finds.
enum TestPolicy {
    static let action = "tech.noreya.test.look"
    static let actionWithPassword = "tech.noreya.test.change"

    static let options = PrivateBusOptions(
        polkit: PolkitOptions(
            actions: [TextFile("tech.noreya.test.policy", policy)],
            authorizations: [TextFile("10-backup.pkla", authorization)]
        )
    )

    private static let policy = """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE policyconfig PUBLIC "-//freedesktop//DTD PolicyKit Policy Configuration 1.0//EN"
        "http://www.freedesktop.org/standards/PolicyKit/1/policyconfig.dtd">
        <policyconfig>
          <action id="\(action)">
            <description>Look</description>
            <message>Looking needs permission</message>
            <defaults>
              <allow_any>no</allow_any><allow_inactive>no</allow_inactive><allow_active>no</allow_active>
            </defaults>
          </action>
          <action id="\(actionWithPassword)">
            <description>Change</description>
            <message>Changing needs permission</message>
            <defaults>
              <allow_any>auth_admin</allow_any>
              <allow_inactive>auth_admin</allow_inactive>
              <allow_active>auth_admin</allow_active>
            </defaults>
          </action>
        </policyconfig>

        """

    private static let authorization = """
        [The user backup may look]
        Identity=unix-user:backup
        Action=\(action)
        ResultActive=yes
        ResultInactive=yes
        ResultAny=yes

        """
}
