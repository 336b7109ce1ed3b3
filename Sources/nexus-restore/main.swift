import RestoreWorker

Restorer.main()
