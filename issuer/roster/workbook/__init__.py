"""What runs in the process that reads a workbook (process), and what calamine does not tell of XLSX, ODS and XLS. It imports nothing else
of ours, so that it starts fast."""
