import ExportWorker

Worker.main()
