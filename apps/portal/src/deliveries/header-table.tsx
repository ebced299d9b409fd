export const HeaderTable = ({ headers, label }: { headers: Record<string, string>; label: string }) => (
  <table className="headers">
    <caption className="visually-hidden">{label}</caption>
    <tbody>
      {Object.entries(headers).map(([name, value]) => (
        <tr key={name}>
          <th scope="row">{name}</th>
          <td>{value}</td>
        </tr>
      ))}
    </tbody>
  </table>
);
