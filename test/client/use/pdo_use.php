<?php
require __DIR__ . '/tap.php';

enum Status: string {
    case Running = 'running';
    case Failed = 'failed';
}

$database = new PDO('pgsql:host=' . getenv('PGHOST') . ';dbname=' . getenv('PGDATABASE'), getenv('PGUSER'));

$query = $database->prepare('SELECT status FROM tasks WHERE status = ?');
$query->execute([Status::Running->value]);
$status = Status::from($query->fetchColumn());

check('PDO: an enumeration of PHP\'s', $status, Status::Running);
$query = $database->prepare('INSERT INTO tasks (status) VALUES (:status) RETURNING status');
$query->execute(['status' => 'paused']);
check('PDO: a name is written', $query->fetchColumn(), 'paused');
done();
