@echo off
rem Dobbeltklik for at starte opgaverne. Mangler uv, hentes det foerst; det kraever ikke administrator.
cd /d "%~dp0"
set "PATH=%USERPROFILE%\.local\bin;%PATH%"
where uv >nul 2>nul || powershell -NoProfile -ExecutionPolicy ByPass -Command "irm https://astral.sh/uv/install.ps1 | iex"
uv run start.py %*
if errorlevel 1 pause
