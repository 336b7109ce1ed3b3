import Testing

@testable import Web

@Suite struct DownloadPathTests {
    @Test("The names of exports and of their checksums are understood")
    func names() {
        #expect(DownloadPath("nexus_backup_7.tar.gpg")?.id == 7)
        #expect(DownloadPath("nexus_backup_7.tar.gpg")?.isChecksum == false)
        #expect(DownloadPath("nexus_backup_4294967295.tar.gpg.sha256")?.id == 4_294_967_295)
        #expect(DownloadPath("nexus_backup_7.tar.gpg.sha256")?.isChecksum == true)
    }

    @Test(
        "Nothing else is",
        arguments: [
            "", "nexus_backup_.tar.gpg", "nexus_backup_0.tar.gpg", "nexus_backup_07.tar.gpg", "nexus_backup_+7.tar.gpg",
            "nexus_backup_4294967296.tar.gpg", "nexus_backup_-1.tar.gpg", "nexus_backup_7.json",
            "nexus_backup_7.tar.gpg.sha256.sha256", "../nexus_backup_7.tar.gpg", "nexus_backup_7%2Etar.gpg",
            "nexus_backup_7.tar.gpg/", "nexus_backup_7.tar.gpg\0", "NEXUS_BACKUP_7.tar.gpg", "nexus_backup_٧.tar.gpg",
        ]
    )
    func others(name: String) {
        #expect(DownloadPath(name) == nil)
    }
}
